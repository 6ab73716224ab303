import type { FastifyInstance, FastifyRequest } from 'fastify'
import secureJson from 'secure-json-parse'
import { badRequest } from './bad-request.ts'

/** Drops a byte order mark, and throws for bytes that are not UTF-8 instead of replacing them. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i

/** Parses application/json bodies, and explains why a body cannot be read. */
export function jsonBodies(server: FastifyInstance): void {
  server.addHook('onRequest', async ({ headers }) => {
    const coding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
    if (coding !== 'identity' && coding !== '')
      throw badRequest(
        415,
        `The body is compressed (Content-Encoding: ${coding}), which is not supported: send it uncompressed.`,
        {
          'accept-encoding': 'identity',
        },
      )
    const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase()
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
      throw badRequest(415, `The charset ${charset} is not supported: send UTF-8.`)
  })
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) throw badRequest(400, 'The body is empty.')
      const parsed = parseJson(decode(body), 'The body')
      // An array is a batch: Apollo Server refuses it with a message of its own.
      if (typeof parsed !== 'object' || parsed === null)
        throw badRequest(
          400,
          `The body must be a JSON object${request.routeOptions.url === '/graphql' ? ' with a query' : ''}, not ${JSON.stringify(parsed)}.`,
        )
      return parsed
    },
  )
}

/** @throws a 400 for bytes that are not UTF-8 */
export function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw badRequest(400, 'The body is not valid UTF-8.')
  }
}

/**
 * @param what the subject of the message, as in "The body"
 * @throws a 400 that explains why the text cannot be read
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return secureJson.parse(text)
  } catch (error) {
    if (isJson(text))
      throw badRequest(
        400,
        `${what} has the key "__proto__" (or "constructor" with "prototype"), which is not allowed.`,
      )
    throw badRequest(400, `${what} is not valid JSON: ${(error as Error).message}.`)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
