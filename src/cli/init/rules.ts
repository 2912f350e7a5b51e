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
`;

/** rules/battery.yaml */
export const BATTERY = `${SCHEMA_LINE}
# A file with a single rule.
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
`;
