import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { readAddress } from '#toolkit/trust/network.ts'

/**
 * Decides for fastify's `trustProxy` whose X-Forwarded-For entries count. Some proxies write addresses with a port.
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
 * The client's address: the farthest hop that trusted proxies vouch for. If they wrote something that is not an
 * address, such as `unknown`, the nearest proxy's address is used, so that made-up values give nobody a new identity.
 * @returns null when even the connection has no address
 */
export function clientAddress({ ip, ips = [ip] }: Pick<FastifyRequest, 'ip' | 'ips'>): string | null {
  return ips.map(readAddress).findLast((address) => address !== null) ?? null
}
