// FNV-1a of 64 bits.
const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** The name of an alert as a short text: the same for the same rule and key, always. */
export function fingerprintOf(rule: string, key: string): string {
  const identity = `${rule}\0${key}`;
  let hash = OFFSET;
  for (let i = 0; i < identity.length; i++) {
    const unit = identity.charCodeAt(i);
    hash = mixed(mixed(hash, unit & 0xff), unit >> 8);
  }
  return hash.toString(16).padStart(16, '0');
}

function mixed(hash: bigint, byte: number): bigint {
  return BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
}
