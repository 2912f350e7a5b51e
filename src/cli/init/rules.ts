const SCHEMA_LINE = '# yaml-language-server: $schema=../.automate/schema.json';

/** rules/climate.yaml */
export const CLIMATE = `${SCHEMA_LINE}
# Several rules in one file, with what they have in common.
vars:
  warm: 30

rules:
  # \`+room\` is a wildcard with a name: the rule works for every room, each by itself.
  - id: cool-room
    description: Switches the cooling of a room on when it is too warm, and off again.
    on: home/+room/temperature # {"temperature": 31}
    if: temperature > warm
    publish:
      topic: home/\${room}/cooling/control
      payload: { state: "ON", because: "\${temperature} °C in \${room}" }
    else:
      publish:
        topic: home/\${room}/cooling/control
        payload: { state: "OFF" }
    # Not with every reading: only when this value changes.
    distinct: temperature > warm

# What the rules must do. \`automate test\` looks whether they do it, in virtual time.
tests:
  - name: the cooling goes on when it is too warm, and off again
    script:
      - { at: 0s, send: home/kitchen/temperature, payload: { temperature: 31 } }
      - { at: 0s, expect: home/kitchen/cooling/control, payload: { state: "ON", because: 31 °C in kitchen } }
      - { at: 5m, send: home/kitchen/temperature, payload: { temperature: 32 } }
      - { at: 10m, send: home/kitchen/temperature, payload: { temperature: 29 } }
      - { at: 10m, expect: home/kitchen/cooling/control, payload: { state: "OFF" } }
`;

/** rules/battery.yaml */
export const BATTERY = `${SCHEMA_LINE}
# A file with a single rule, and its tests.
id: low-battery
description: Tells which device needs a new battery, at most once a day for each.
on: zigbee2mqtt/+device # {"battery": 12}
where: exists(battery)
if: battery < 15
throttle: 1d
publish:
  topic: notify/phone
  payload:
    title: Battery
    message: "\${device} has \${battery} % left"

tests:
  - name: tells once a day and device
    script:
      - { at: 0s, send: zigbee2mqtt/remote, payload: { battery: 14 } }
      - { at: 0s, expect: notify/phone, contains: { message: remote has 14 % left } }
      - { at: 6h, send: zigbee2mqtt/remote, payload: { battery: 13 } }
      - { at: 7h, send: zigbee2mqtt/door, payload: { battery: 50 } }
      - { at: 8h, send: zigbee2mqtt/remote, payload: { action: toggle } }
      - { at: 1d, send: zigbee2mqtt/remote, payload: { battery: 13 } }
      - { at: 1d, expect: notify/phone, contains: { message: remote has 13 % left } }
`;
