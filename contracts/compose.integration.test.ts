import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'

const compose = join(import.meta.dirname, 'compose.ts')
const thirdParty = join(import.meta.dirname, 'third-party.fixture')
let scratch: string
let output: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'inkstream-compose-'))
  output = join(scratch, 'supergraph.graphql')
  return () => rmSync(scratch, { recursive: true, force: true })
})

function composed(list: string): Promise<{ failed: boolean; err: string }> {
  const { promise, resolve } = Promise.withResolvers<{ failed: boolean; err: string }>()
  execFile(process.execPath, [compose, '--list', list, '--output', output], (error, _out, err) =>
    resolve({ failed: error !== null, err }),
  )
  return promise
}

function listed(schema: string): string {
  const list = join(scratch, 'supergraph.yaml')
  writeFileSync(
    list,
    `federation_version: =2.9.0\nsubgraphs:\n  badges:\n    routing_url: http://badges/\n    schema:\n      ${schema}\n`,
  )
  return list
}

test('composes a third-party subgraph from a list and a file in its own folder', async () => {
  expect(await composed(join(thirdParty, 'supergraph.yaml'))).toEqual({ failed: false, err: '' })
  const supergraph = readFileSync(output, 'utf8')
  expect(supergraph).toContain('BADGES @join__graph(name: "badges", url: "https://badges.example/graphql")')
  expect(supergraph).toContain('badges: [Badge!] @join__field(graph: BADGES)')
})

test('composes a subgraph that serves its own schema', async () => {
  const sdl = 'type Query { badges: Int }'
  const asked: string[] = []
  const server = createServer((request, response) => {
    request.on('data', (part) => asked.push(String(part)))
    request.on('end', () => response.end(JSON.stringify({ data: { _service: { sdl } } })))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  try {
    expect(await composed(listed(`subgraph_url: http://127.0.0.1:${port}/`))).toEqual({ failed: false, err: '' })
  } finally {
    server.closeAllConnections()
    server.close()
  }
  expect(asked.join('')).toContain('_service')
  expect(readFileSync(output, 'utf8')).toContain('badges: Int')
})

test.each([
  [
    'a subgraph that does not answer',
    'subgraph_url: http://127.0.0.1:9/',
    'The subgraph badges does not tell its schema at http://127.0.0.1:9/',
  ],
  ['a schema that is not there', 'file: nowhere.graphql', 'a schema of badges that is not there: nowhere.graphql'],
  ['a source that is not understood', 'graphref: mine@current', 'cannot be used'],
])('fails for %s, and reports it', async (_what, schema, words) => {
  const { failed, err } = await composed(listed(schema))
  expect(err).toContain(words)
  expect(failed).toBe(true)
  expect(existsSync(output)).toBe(false)
})
