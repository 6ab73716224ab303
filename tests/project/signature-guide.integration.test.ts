import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sign } from '#toolkit/trust/signature.ts'

/** Runs the `signature.py` of the guide unchanged. */
const guide = readFileSync(new URL('../../docs/guides/own-a-subgraph.md', import.meta.url), 'utf8')
const [, source = ''] = /`signature\.py`[\s\S]*?```python\n([\s\S]*?)```/.exec(guide) ?? []
const folder = mkdtempSync(join(tmpdir(), 'signature-guide-'))
writeFileSync(join(folder, 'signature.py'), source)
afterAll(() => rmSync(folder, { recursive: true }))

const key = { id: '1', secret: 'a secret of these tests' }
const caller = { 'inkstream-caller': 'eyJhY3RvciI6bnVsbH0' }
const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }

type Arrived = { target: string; body: string; headers: Record<string, string>; now: number }

/** A signed request as it arrives, with changes made in transit. */
function arrived(changes: Partial<Arrived> = {}, headers: Record<string, string> = { ...caller, ...trace }): Arrived {
  const sent = { method: 'POST', path: '/graphql?a=b', body: '{"query":"{ ä }"}' }
  const signature = sign('gateway', key, { ...sent, header: (name) => headers[name] }, 1_800_000_000_000)
  const { headers: changed, ...rest } = changes
  const all = { ...headers, ...signature, ...changed }
  return { target: sent.path, body: sent.body, now: 1_800_000_000, ...rest, headers: all }
}

/** @returns for each request why the guide's Python code refuses it, or null */
function judged(requests: readonly Arrived[]): readonly (string | null)[] {
  const program = `
import json, sys
from signature import refusal
print(json.dumps([refusal({"1": "${key.secret}"}, "POST", r["target"], r["body"].encode(), r["headers"], r["now"]) for r in json.load(sys.stdin)]))`
  const run = spawnSync('python3', ['-c', program], { cwd: folder, input: JSON.stringify(requests), encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`python3: ${run.error?.message ?? run.stderr}`)
  return JSON.parse(run.stdout) as (string | null)[]
}

const hasPython = spawnSync('python3', ['--version']).status === 0

test.skipIf(!hasPython && !process.env.CI)('the Python code of the guide accepts what the gateway signs', () => {
  const requests = [
    arrived(),
    arrived({}, {}),
    arrived({}, caller),
    arrived({}, trace),
    arrived({ now: 1_800_000_030 }),
  ]
  expect(judged(requests)).toEqual(requests.map(() => null))
})

test.skipIf(!hasPython && !process.env.CI)('the Python code of the guide refuses changes with the right reason', () => {
  const wrong = 'the signature is invalid for the request'
  const uncovered = 'the signature does not cover all that it must'
  const unsigned = { target: '/graphql', body: '', headers: {}, now: 0 }
  const input = arrived().headers['signature-input'] ?? ''
  const cases: readonly (readonly [Arrived, string])[] = [
    [unsigned, 'the request is not signed'],
    [arrived({ headers: { 'signature-input': `${input};expires=1` } }), 'the request is not signed'],
    [arrived({ headers: { 'signature-input': input.replace('/1"', '/2"') } }), 'the signing key is unknown'],
    [arrived({ now: 1_800_000_031 }), 'the signature is stale'],
    [arrived({ now: 1_799_999_969 }), 'the signature is stale'],
    [arrived({ headers: caller }, trace), uncovered],
    [arrived({ headers: trace }, caller), uncovered],
    [arrived({ headers: { 'signature-input': input.replace('"@query" ', '') } }), uncovered],
    [arrived({ headers: { 'signature-input': input.replace('"@path"', '"@query"') } }), uncovered],
    [
      arrived({ headers: { 'signature-input': input.replace('")', '" "x-a")') } }),
      'the signature covers what the request lacks',
    ],
    [arrived({ target: '/graphql' }), wrong],
    [arrived({ target: '/graphq1?a=b' }), wrong],
    [arrived({ headers: { 'inkstream-caller': 'e30' } }), wrong],
    [arrived({ headers: { signature: 'inkstream=:a:' } }), wrong],
    [arrived({ body: '{}' }), 'the body is not the one that was signed'],
  ]
  expect(judged(cases.map(([request]) => request))).toEqual(cases.map(([, reason]) => reason))
})
