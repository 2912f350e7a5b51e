import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** What programs and libraries start at. */
const ENTRIES = ['src/cli/main.ts', 'src/index.ts', 'src/testing/index.ts'];

const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** What is not JavaScript alone, and is installed beside us. */
const INSTALLED = ['classic-level'];

/**
 * Puts the program together in a folder: what it consists of and the packages it stands on, in as few files as can be, so
 * that a start opens twenty files and not seven hundred. Beside them are the licences of those packages.
 */
export async function bundle(folder) {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outbase: 'src',
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: INSTALLED,
    // Packages that are CommonJS ask for modules of Node.
    banner: { js: REQUIRE },
    // A part of msgpackr that is compiled, and faster only for long texts.
    define: { 'process.env.MSGPACKR_NATIVE_ACCELERATION_DISABLED': '"true"' },
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(resolve(ROOT, folder, 'THIRD-PARTY-LICENSES.txt'), licences(metafile));
}

/** The licences of the packages of which something is in the bundle, as text. */
function licences({ outputs }) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs))
      if (bytesInOutput > 0) folders.add(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  folders.delete(undefined);
  return [...folders]
    .sort((a, b) => (a < b ? -1 : 1))
    .map(licence)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(resolve(ROOT, folder, 'package.json'), 'utf8'));
  const file = readdirSync(resolve(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n${readFileSync(resolve(ROOT, folder, file), 'utf8').trim()}\n`;
  return `${name} ${version}${license === undefined ? '' : ` (${license})`}\n${text}`;
}
