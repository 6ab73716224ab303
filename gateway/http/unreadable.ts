import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { refusalBody } from './bad-request.ts'
import { dataHeaders } from './security-headers.ts'

/** How long a client has to read why its connection is closed, in milliseconds. */
const LINGER_MS = 500

type Refusal = readonly [status: number, message: string]

const byCode: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers together are longer than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
  HPE_INVALID_EOF_STATE: [400, 'The connection ended before the request was complete.'],
}

/** Answers what cannot be read as HTTP, in the format of all other refusals. */
export function answerUnreadable(error: Error & { readonly code?: string; readonly reason?: string }, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
  const reason = error.reason ? ` (${error.reason})` : ''
  return refuseConnection(socket, byCode[error.code ?? ''] ?? [400, `This cannot be read as HTTP${reason}.`])
}

/** Answers what Node would answer itself without a body, or not at all. */
export function answerUnusual(server: Server): void {
  server.on('checkExpectation', ({ headers }: IncomingMessage, response: ServerResponse) => {
    const body = JSON.stringify(
      refusalBody('BAD_REQUEST', `The header Expect supports 100-continue alone, not ${headers.expect}.`),
    )
    response.writeHead(417, headersOf(body))
    response.end(body)
  })
  server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
    refuseConnection(socket, [405, 'This is not a proxy: GraphQL is at /graphql, by GET or POST.'], {
      allow: 'GET, POST',
    }),
  )
}

const headersOf = (body: string) => ({
  ...dataHeaders,
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(body),
  connection: 'close',
})

function refuseConnection(socket: Duplex, [status, message]: Refusal, headers = {}): void {
  const body = JSON.stringify(refusalBody('BAD_REQUEST', message))
  socket.on('error', () => undefined)
  const lines = Object.entries({ ...headersOf(body), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
  // Keep reading for a short time: closing with unread bytes would lose the answer.
  socket.resume()
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(cut))
}
