import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Matches `203.0.113.8:40001`, `[2001:db8::1]` and `[2001:db8::1]:443`, as some proxies write addresses. */
const withPort = /^(?:\[([^\]]*)\](?::\d{1,5})?|([^:]*):\d{1,5})$/

/**
 * Normalizes an IP address: removes port, brackets and zone, and converts IPv4-mapped IPv6 to IPv4.
 * @returns null for an invalid address, including short and octal forms, which no proxy writes
 */
export function readAddress(text: string | null | undefined): string | null {
  const given = text?.trim() ?? ''
  const [, inBrackets, beforePort] = withPort.exec(given) ?? []
  const bare = (inBrackets ?? beforePort ?? given).replace(/%.*$/, '')
  return isIP(bare) ? ipaddr.process(bare).toString() : null
}

/**
 * The network that counts as one client: IPv6 is assigned in /64 networks, in which one client can use any number of
 * addresses. All invalid addresses count as one, since a client could invent a new one each time.
 */
export function networkOf(address: string | null): string {
  const known = readAddress(address)
  if (known === null) return 'unknown'
  const parsed = ipaddr.parse(known)
  if (parsed instanceof ipaddr.IPv4) return known
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`
}
