/** A destination as a log may show it: enough to tell two apart, too little to know either. */

import type { Destination } from '../../ports/messages.js';

const digitsShown = 2;

/** `+977…67`, or `d…@e….com`: whoever owns a domain is known by it, so that is hidden as well. */
export const maskDestination = (destination: Destination): string => {
  const { to } = destination;
  if (destination.kind === 'sms') return `+977…${to.slice(-digitsShown)}`;
  const host = to.slice(to.indexOf('@') + 1);
  return `${to.charAt(0)}…@${host.charAt(0)}…${host.slice(host.lastIndexOf('.'))}`;
};
