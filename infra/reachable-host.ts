import { isIPv6 } from 'node:net'

/** Where this machine reaches what listens on a host, as it stands in a url; loopback when it listens everywhere. */
export function reachableHost(listensOn: string | undefined): string {
  if (!listensOn || listensOn === '0.0.0.0' || listensOn === '::') return '127.0.0.1'
  return isIPv6(listensOn) ? `[${listensOn}]` : listensOn
}
