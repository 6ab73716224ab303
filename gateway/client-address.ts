import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { readAddress } from '#cqrs/trust/network.ts'

/**
 * Whose word is taken for the hop before it, for fastify's `trustProxy`: some proxies write addresses with a port.
 * @param proxies addresses and networks (CIDR)
 */
export function trustedProxies(proxies: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList()
  for (const proxy of proxies) {
    const [network = '', prefix] = proxy.split('/')
    if (prefix === undefined) trusted.addAddress(network, familyOf(network))
    else trusted.addSubnet(network, Number(prefix), familyOf(network))
  }
  return (address) => {
    const known = readAddress(address)
    return known !== null && trusted.check(known, familyOf(known))
  }
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/**
 * The client's address: the farthest hop that trusted proxies vouch for. Where they wrote something that is no address,
 * such as `unknown`, it is that of the nearest proxy, so that nobody gets a new identity by what they make up.
 * @returns null when even the connection has none
 */
export function clientAddress({ ip, ips = [ip] }: Pick<FastifyRequest, 'ip' | 'ips'>): string | null {
  return ips.map(readAddress).findLast((address) => address !== null) ?? null
}
