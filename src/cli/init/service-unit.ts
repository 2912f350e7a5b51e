import type { Surroundings } from './surroundings.ts';

/** automate.service, a unit of systemd for this folder. */
export function serviceUnit({ folder, user, node, program }: Omit<Surroundings, 'schema'>): string {
  const words = [node, `${program}/bin/automate.js`, 'start'].map(quoted).join(' ');
  return `# sudo cp automate.service /etc/systemd/system/ && sudo systemctl enable --now automate
[Unit]
Description=automate: rules for MQTT
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=${words}
WorkingDirectory=${escaped(folder)}
# Variables of the configuration, such as MQTT_PASSWORD=…
EnvironmentFile=-${escaped(folder)}/.env
${user === 'root' ? '# A user that exists only while it runs; better, name one that owns this folder.\nDynamicUser=yes' : `User=${user}`}
Restart=on-failure
RestartSec=2
# A mistake in the configuration does not go away by itself.
RestartPreventExitStatus=2 78
TimeoutStopSec=10

# What it does not need, it cannot do.
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${quoted(folder)}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0027

[Install]
WantedBy=multi-user.target
`;
}

/** A path as a whole value: `%` would begin a specifier. */
function escaped(path: string): string {
  return path.replaceAll('%', '%%');
}

/** A path as one of several words. */
function quoted(path: string): string {
  const text = escaped(path).replaceAll('$', '$$$$');
  return /^[\w@%+=:,./$-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
