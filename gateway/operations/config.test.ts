import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { clientsIn } from '#contracts/operations/clients.ts'
import { operationsConfig } from './config.ts'
import { parseManifest } from './manifest.ts'

const root = resolve(import.meta.dirname, '..', '..')
const folder = 'contracts/operations'
const idsOf = (file: string) => [...parseManifest(readFileSync(join(root, file), 'utf8')).keys()]

test('by default, the operations of every client are registered, and none of tests or documentation', () => {
  const { PERSISTED_MANIFESTS: files } = z.object(operationsConfig).parse({})
  const all = clientsIn(join(root, folder)).map((client) => `${folder}/${client}/manifest.json`)
  // The gateway sends those of sessions itself.
  const forUs = ['readme', 'sessions', 'tests'].map((name) => `${folder}/${name}/manifest.json`)
  expect(files.toSorted()).toEqual(all.filter((file) => !forUs.includes(file)))
  const registered = new Set(files.flatMap(idsOf))
  expect(registered.size).toBeGreaterThan(0)
  for (const id of forUs.flatMap(idsOf)) expect(registered).not.toContain(id)
})

test('several manifests are separated by commas', () => {
  const list = (PERSISTED_MANIFESTS: string) => z.object(operationsConfig).safeParse({ PERSISTED_MANIFESTS })
  expect(list('/a/web.json, /b/app.json').data?.PERSISTED_MANIFESTS).toEqual(['/a/web.json', '/b/app.json'])
  expect(list('/a/web.json,').success).toBe(false)
})
