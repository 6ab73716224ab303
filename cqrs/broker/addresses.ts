import type { ISocketFactory } from 'kafkajs'
import createSocketFactory from 'kafkajs/src/network/socketFactory.js'

/** Replaces the colons of an IPv6 address; host names cannot contain it. */
const COLON = '~'

/**
 * Converts an address for kafkajs, which splits at the first colon: in an IPv6 address that lies inside the brackets.
 * @param address host:port, or [IPv6 address]:port
 */
export const toKafkajs = (address: string): string =>
  address.replace(/^\[(.+)\]/, (_, ip: string) => ip.replaceAll(':', COLON))

const connect = createSocketFactory()

/** Connects to a host converted by `toKafkajs`, or one named by a broker. */
export const socketFactory: ISocketFactory = (options) =>
  connect({ ...options, host: options.host.replaceAll(COLON, ':') })
