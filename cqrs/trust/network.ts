import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** `203.0.113.8:40001`, `[2001:db8::1]` or `[2001:db8::1]:443`, as some proxies write an address. */
const withPort = /^(?:\[([^\]]*)\](?::\d{1,5})?|([^:]*):\d{1,5})$/

/**
 * An IP address in its one form: without port, brackets and zone, and IPv4 that is written as IPv6 as IPv4.
 * @returns null for anything that is no address, also for short and octal forms, which no proxy writes
 */
export function readAddress(text: string | null | undefined): string | null {
  const given = text?.trim() ?? ''
  const [, inBrackets, beforePort] = withPort.exec(given) ?? []
  const bare = (inBrackets ?? beforePort ?? given).replace(/%.*$/, '')
  return isIP(bare) ? ipaddr.process(bare).toString() : null
}

/**
 * What of a network address counts as one place: IPv6 is handed out in /64 networks, in which anybody has as many
 * addresses as they like. All that is no address is one place: whatever a client can make up would be a new one each time.
 */
export function networkOf(address: string | null): string {
  const known = readAddress(address)
  if (known === null) return 'unknown'
  const parsed = ipaddr.parse(known)
  if (parsed instanceof ipaddr.IPv4) return known
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`
}
