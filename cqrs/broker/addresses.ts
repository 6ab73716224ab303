import type { ISocketFactory } from 'kafkajs'
import createSocketFactory from 'kafkajs/src/network/socketFactory.js'

/** Stands for a colon of an IPv6 address; no host's name has it. */
const COLON = '~'

/**
 * An address as kafkajs takes it: it splits at the first colon, which an IPv6 address has inside its brackets.
 * @param address host:port, or [IPv6 address]:port
 */
export const toKafkajs = (address: string): string =>
  address.replace(/^\[(.+)\]/, (_, ip: string) => ip.replaceAll(':', COLON))

const connect = createSocketFactory()

/** Connects to a host that `toKafkajs` wrote, or one that a broker named. */
export const socketFactory: ISocketFactory = (options) =>
  connect({ ...options, host: options.host.replaceAll(COLON, ':') })
