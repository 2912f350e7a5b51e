/** README.md */
export const README = `# Rules for MQTT

\`\`\`sh
automate check    # look the rules through
automate test     # run their tests
automate start    # run them; changes to rules/ are taken over while it runs
\`\`\`

See one act, from two other terminals:

\`\`\`sh
automate sub -v -t 'home/#'
automate pub -t home/kitchen/temperature -m '{"temperature": 31}'
\`\`\`

| | |
|---|---|
| \`automate.yaml\` | the configuration |
| \`rules/\` | the rules, with their tests |
| \`.automate/schema.json\` | lets editors complete and check rule files (for VS Code, the extension "YAML"); \`automate schema -o .automate/schema.json\` brings it up to date |
| \`compose.yaml\`, \`automate.service\` | to run it as a container, or as a service of systemd: take one and delete the other |
| \`.env\` | passwords, as \`MQTT_PASSWORD=…\`; not in git |
`;

/** .gitignore */
export const GITIGNORE = `data/
.env
`;
