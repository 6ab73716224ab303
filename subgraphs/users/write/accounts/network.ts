import ipaddr from 'ipaddr.js'

/**
 * What of a network address counts as one place: IPv6 is handed out in /64 networks, in which anybody has as many
 * addresses as they like. IPv4 written as IPv6 is IPv4. Without an address, all are one place.
 */
export function networkOf(address: string | null): string {
  if (address === null) return 'unknown'
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`
}
