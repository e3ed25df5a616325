import { isIPv4, isIPv6 } from 'node:net';

/** Groups of an IPv6 address that name a network; the other four name an interface in it. */
const networkGroups = 4;
const groupsInAddress = 8;

/** `2001:db8::1` as its eight groups. */
const groupsOf = (address: string): readonly string[] => {
  const [front = '', back] = address.split('::');
  const before = front === '' ? [] : front.split(':');
  const after = back === undefined || back === '' ? [] : back.split(':');
  const missing = Math.max(0, groupsInAddress - before.length - after.length);
  return [...before, ...Array<string>(missing).fill('0'), ...after];
};

/**
 * What one subscriber has of the network: an IPv4 address, or a whole /64 of IPv6, out of which he
 * may take another address for each request. Text that is no address, as a proxy that is not well
 * may write it, stands for itself.
 */
export const networkOf = (address: string): string => {
  const mapped = address.toLowerCase().replace(/^::ffff:/, '');
  if (isIPv4(mapped)) return mapped;
  const [bare = ''] = address.toLowerCase().split('%');
  if (!isIPv6(bare) || bare.includes('.')) return address;
  const network = groupsOf(bare).slice(0, networkGroups);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
};
