import { BlockList, isIP } from 'node:net';

/** Whether an address lies in a block, `10.0.0.0/24` or `2001:db8::/32`; undefined for what is no block. */
export function inCidr(block: string): ((address: string) => boolean) | undefined {
  const [, network = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(block) ?? [];
  const family = isIP(network);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), type);
  return (address) => isIP(address) === family && list.check(address, type);
}
