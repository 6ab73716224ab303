import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freePort } from '#infra/ports.ts'
import { childEnvironment } from '../../tests/support/child-environment.ts'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { byId, manifestWith, temporaryManifest } from './manifest.fixture.ts'

const old = 'query Old {\n  person(id: "1") {\n    name\n  }\n}'
const young = 'query Young {\n  person(id: "2") {\n    name\n  }\n}'

let people: StubSubgraph
let gateway: RunningGateway
let manifest: ReturnType<typeof temporaryManifest>

beforeAll(async () => {
  people = await startPeople()
})
afterAll(() => people?.close())
beforeEach(() => {
  manifest = temporaryManifest(manifestWith(old))
  return () => manifest.remove()
})

const ask = async (body: string) => (await gateway.post(JSON.stringify(byId(body)))).json()
const state = async () => {
  const { parts } = (await (await fetch(`${gateway.opsUrl}/health/ready`)).json()) as {
    parts: { persistedOperations: object }
  }
  return parts.persistedOperations
}

describe('a manifest', () => {
  beforeEach(async () => {
    gateway = await startGateway(supergraphOf([people]), {
      PERSISTED_OPERATIONS: 'enforce',
      PERSISTED_MANIFESTS: manifest.path,
    })
    return () => gateway.stop()
  })
  const enforced = { ready: true, mode: 'enforce' }

  test('that changes takes effect: added operations run, removed ones do not', async () => {
    expect(await state()).toEqual({ ...enforced, registered: 1, swaps: 0 })
    expect(await ask(young)).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_OPERATION_REQUIRED' } }] })
    manifest.write(manifestWith(old, young))
    await vi.waitFor(async () => expect(await state()).toEqual({ ...enforced, registered: 2, swaps: 1 }), 5_000)
    expect(await ask(young)).toEqual({ data: { person: { name: 'Person 2' } } })
    manifest.write(manifestWith(young))
    await vi.waitFor(async () => expect(await state()).toEqual({ ...enforced, registered: 1, swaps: 2 }), 5_000)
    expect(await ask(old)).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_OPERATION_REQUIRED' } }] })
  })

  test.each([
    ['not JSON', '{', /JSON/],
    ['of another format', '{"format":"apollo","version":1,"operations":[]}', /format/],
    ['of another version', manifestWith(young).replace('"version":1', '"version":2'), /version/],
    [
      'with a body that was edited',
      manifestWith(young).replace('person(', 'people('),
      /operations\.0\.id: is not the SHA-256/,
    ],
  ])('that is %s is refused with the reason, and the old one stays in use', async (_what, text, reason) => {
    manifest.write(text)
    const refused = { ...enforced, registered: 1, swaps: 0, refused: expect.stringMatching(reason) }
    await vi.waitFor(async () => expect(await state()).toEqual(refused), 5_000)
    expect(await ask(old)).toEqual({ data: { person: { name: 'Person 1' } } })
    expect(gateway.logged).toContainEqual(
      expect.objectContaining({
        msg: 'manifest of persisted operations refused, the old one goes on',
        file: manifest.path,
      }),
    )
    manifest.write(manifestWith(young))
    await vi.waitFor(async () => expect(await state()).toEqual({ ...enforced, registered: 1, swaps: 1 }), 5_000)
  })

  test('that is removed leaves the old one in use', async () => {
    rmSync(manifest.path)
    await vi.waitFor(
      async () => expect(await state()).toMatchObject({ refused: expect.stringContaining('ENOENT') }),
      5_000,
    )
    expect(await ask(old)).toEqual({ data: { person: { name: 'Person 1' } } })
  })
})

describe('manifests of two clients', () => {
  let other: ReturnType<typeof temporaryManifest>
  beforeEach(async () => {
    other = temporaryManifest(manifestWith(young))
    gateway = await startGateway(supergraphOf([people]), {
      PERSISTED_OPERATIONS: 'enforce',
      PERSISTED_MANIFESTS: `${manifest.path}, ${other.path}`,
    })
    return async () => {
      other.remove()
      await gateway.stop()
    }
  })

  test('both count; one that is refused or removes operations leaves those of the other', async () => {
    expect(await ask(old)).toEqual({ data: { person: { name: 'Person 1' } } })
    expect(await ask(young)).toEqual({ data: { person: { name: 'Person 2' } } })
    manifest.write('{')
    const refused = expect.stringMatching(new RegExp(`^${manifest.path}: .*JSON`))
    await vi.waitFor(async () => expect(await state()).toMatchObject({ registered: 2, swaps: 0, refused }), 5_000)
    other.write(manifestWith())
    await vi.waitFor(async () => expect(await state()).toMatchObject({ registered: 1, swaps: 1, refused }), 5_000)
    expect(await ask(old)).toEqual({ data: { person: { name: 'Person 1' } } })
    expect(await ask(young)).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_OPERATION_REQUIRED' } }] })
  })
})

test.each([
  [
    'is not there',
    '/nowhere/manifest.json',
    /^PERSISTED_MANIFESTS has "\/nowhere\/manifest.json".*ENOENT.*npm run compose/,
  ],
  ['is none', join(import.meta.dirname, '..', '..', 'package.json'), /not a manifest of persisted operations: format/],
])('at start, a manifest that %s ends the process with a sentence', async (_what, path, sentence) => {
  const env = {
    ...childEnvironment(),
    PORT: '1',
    OPS_PORT: String(await freePort()),
    JWKS_URL: 'http://127.0.0.1:1/keys',
    CONSISTENCY_KEYS: 'a key of sixteen letters',
    SUBGRAPH_KEYS: 'people=1:a secret of sixteen',
    PERSISTED_MANIFESTS: path,
  }
  const main = join(import.meta.dirname, '..', 'main.ts')
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) =>
    execFile(process.execPath, [main], { env, timeout: 20_000 }, (error, stdout) =>
      resolve({ code: error?.code, output: stdout }),
    ),
  )
  const messages = output.split('\n').flatMap((line) => (line ? [JSON.parse(line).err?.message] : []))
  expect(messages).toContainEqual(expect.stringMatching(sentence))
  expect(code).toBe(1)
})
