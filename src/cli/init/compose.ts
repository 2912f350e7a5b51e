/** compose.yaml. `program` is the folder in which automate is installed. */
export function composeFile(program: string): string {
  return `# docker compose up -d
services:
  automate:
    image: node:24-slim
    # As it is installed on this machine; on another one, set AUTOMATE_PROGRAM to what \`npm root -g\` prints, and /automate.
    volumes:
      - ${JSON.stringify(`\${AUTOMATE_PROGRAM:-${program.replaceAll('$', '$$$$')}}:/opt/automate:ro`)}
      - ./:/srv/automate
    working_dir: /srv/automate
    command: [node, /opt/automate/bin/automate.js, start]
    # The host's own network: the broker and the status page are where they are without a container, on 127.0.0.1 alone.
    network_mode: host
    env_file:
      - path: .env
        required: false
    user: node
    init: true
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    restart: unless-stopped
    stop_grace_period: 10s
    healthcheck:
      test:
        - CMD
        - node
        - -e
        - "fetch('http://127.0.0.1:9464/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"
      interval: 30s
      timeout: 5s
      start_period: 10s
`;
}
