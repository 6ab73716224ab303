import { z } from 'zod'

/**
 * A secret that one caller and one callee share. Each pair has its own, so that no subgraph can impersonate the gateway
 * to a sibling.
 */
export type Key = { readonly id: string; readonly secret: string }

/** The keys of one pair, the newest first. */
export type Keys = readonly [Key, ...Key[]]

const keyText = z
  .string()
  .regex(/^[\w-]+:.{16,}$/, 'must be id:secret, with a secret of 16 characters or more')
  .transform((text): Key => {
    const [id = '', secret = ''] = text.split(/:(.*)/s)
    return { id, secret }
  })

/** Keys of one pair, the newest first. The newest signs; all are accepted, so that keys can be rotated. */
const keysText = z
  .string()
  .transform((text) => text.split('|'))
  .pipe(z.tuple([keyText], keyText))

/** One pair's keys, for example `2:newer secret|1:older secret`. */
export const pairKeys = keysText.meta({ value: 'id:secret, several joined by "|", the newest first' })

/** The keys of several pairs by the other side's name, for example `gateway=1:secret,comments=1:secret`. */
export const keysByPeer = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.split(/=(.*)/s).slice(0, 2)))
  .pipe(z.array(z.tuple([z.string().min(1), keysText])).min(1))
  .transform((entries): KeysByPeer => new Map(entries))
  .meta({ value: 'name=id:secret, comma-separated; several keys of one name joined by "|", the newest first' })

export type KeysByPeer = ReadonlyMap<string, Keys>
