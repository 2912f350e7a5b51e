import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A request that is not made, whatever the url says: there is nothing for a rule at that address. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';

  constructor(address: string) {
    super(`${address} is refused: it is link-local, or where a cloud keeps the secrets of its machines`);
  }
}

/**
 * Whether no rule may send requests to an address. Link-local ones, and what stands for them elsewhere, answer to anyone
 * on the machine. Loopback and private addresses are allowed: the devices of a home are there.
 */
export function isRefused(address: string): boolean {
  return REFUSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Looks up names and leaves out what is refused. A connection goes to an address that was looked at, not to a name. */
export function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, answer) => {
    lookup(hostname, options, (error, found, family) => {
      const all = typeof found === 'string' ? [{ address: found, family: family ?? 0 }] : found;
      // Names of devices lead to link-local addresses too, beside the others.
      const allowed = error === null ? all.filter(({ address }) => !isRefused(address)) : [];
      const [first] = allowed;
      if (error !== null || first === undefined) {
        answer(error ?? new RefusedAddress(`${hostname} is ${all[0]?.address ?? 'nowhere'}, which`), []);
      } else if (options.all === true) answer(null, allowed);
      else answer(null, first.address, first.family);
    });
  };
}

/** IPv4 addresses as IPv6 ones (`::ffff:169.254.169.254`) are checked by their IPv4 rules. */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
REFUSED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6'); // 169.254.0.0/16 behind NAT64.
REFUSED.addSubnet('2002:a9fe::', 32, 'ipv6'); // The same by 6to4.
REFUSED.addAddress('100.100.100.200', 'ipv4'); // Metadata of Alibaba Cloud,
REFUSED.addAddress('168.63.129.16', 'ipv4'); // Azure,
REFUSED.addAddress('192.0.0.192', 'ipv4'); // Oracle Cloud,
REFUSED.addAddress('fd00:ec2::254', 'ipv6'); // AWS
REFUSED.addAddress('fd20:ce::254', 'ipv6'); // and Google Cloud.
