/** automate.yaml */
export const CONFIGURATION = `# The configuration. Flags and AUTOMATE_… variables (also from a file .env) come before what stands here.
# \`automate config\` prints what it all comes to.

# A broker of its own, on 127.0.0.1:1883. For one that you have already:
#   broker: mqtt://broker.lan:1883
#   broker: { url: mqtts://broker.lan:8883, username: automate, password: "\${env:MQTT_PASSWORD}", ca: ca.crt }
broker: embedded

# To let devices of the network in, give the embedded broker an address that they reach. It asks for no password.
# embedded: { host: 0.0.0.0, port: 1883 }

# Rule files: all *.yaml in this folder and below. Changes are taken over while it runs.
rules: rules

# Metrics and health, and how to reload. \`off\` for none.
http: 127.0.0.1:9464

# The name of this engine in its topics (automate/<instance>/status) and metrics.
instance: main

# What \`hour\`, \`weekday\` and \`time_between\` go by. Without it, the time zone of this machine.
# timezone: Europe/Berlin

log:
  level: info
`;
