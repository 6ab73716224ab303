import { isIPv6 } from 'node:net'

/** The host for urls to a listener on this machine; loopback when it listens on all interfaces. */
export function reachableHost(listensOn: string | undefined): string {
  if (!listensOn || listensOn === '0.0.0.0' || listensOn === '::') return '127.0.0.1'
  return isIPv6(listensOn) ? `[${listensOn}]` : listensOn
}
