/** How the user calls this program. `npx` finds it from its folder, and elsewhere would fetch a stranger's package. */
export function programName(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return environment['npm_command'] === 'exec' ? 'npx automate' : 'automate';
}
