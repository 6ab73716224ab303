import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { factsOf } from '../facts/facts.ts'
import { tablesOf } from '../tables/prisma-tables.ts'
import { HISTORY, parse } from './recorded-file.ts'
import { type Replayed, replay } from './replay.ts'

/** What every release put on the log, read by today's decoders and consumers. */
const root = resolve(import.meta.dirname, '..', '..')
const today = { dir: root, label: 'today' }

let replayed: readonly Replayed[]
beforeAll(async () => {
  replayed = await replay(today)
})

const ofRelease = (version: string, topic: string, shape: string) =>
  replayed.find((each) => each.version === version && each.topic === topic && each.shape === shape)

const rowOf = (record: Replayed | undefined, consumer: string) =>
  record?.projected.find((projected) => projected.consumer === consumer)?.row

test('every recorded event is read', () => {
  const recorded = globSync(`${HISTORY}/*/*.jsonl`, { cwd: root }).flatMap((file) =>
    parse(readFileSync(join(root, file), 'utf8')).records.map(({ shape }) => `${file} ${shape}`),
  )
  expect(replayed.map(({ file, shape }) => `${file} ${shape}`).sort()).toEqual(recorded.sort())
  expect(recorded.length).toBeGreaterThan(30)
})

test('every event still means what it meant when it was recorded', () => {
  for (const { file, line, undecoded, differences } of replayed)
    expect({ at: `${file}:${line}`, undecoded, differences }).toEqual({
      at: `${file}:${line}`,
      undecoded: null,
      differences: [],
    })
})

test('every consumer projects every event of its topics', async () => {
  const { projections, broken } = await factsOf(today)
  expect(broken).toEqual([])
  for (const { topic, projected, file, line } of replayed) {
    const consumers = projections.filter((each) => each.topic === topic).map(({ label }) => label)
    expect(projected.map(({ consumer }) => consumer)).toEqual(consumers)
    expect(
      projected.flatMap(({ consumer, problem }) => (problem ? [`${file}:${line} ${consumer}: ${problem}`] : [])),
    ).toEqual([])
  }
})

test('every row fits its table', () => {
  for (const { projected } of replayed)
    for (const { service, kind, table, row } of projected) {
      const schema = readFileSync(
        join(root, 'prisma', service, kind === 'reference' ? 'write' : 'read', 'schema.prisma'),
        'utf8',
      )
      const columns = tablesOf(schema).get(table)?.columns
      for (const [name, value] of Object.entries(row ?? {})) {
        expect(columns?.has(name), `${service} ${table}.${name}`).toBe(true)
        if (value === null) expect(columns?.get(name)?.optional, `${service} ${table}.${name}`).toBe(true)
      }
    }
})

test('a post that is older than drafts and moderation is published since its creation, and not hidden', () => {
  for (const shape of ['whole', 'nearly empty', 'unicode']) {
    const post = ofRelease('0.1.0', 'blog.posts.v1', shape)
    const row = rowOf(post, 'posts: projection of posts')
    expect(row).toMatchObject({
      published: true,
      visible: true,
      publishedAt: row?.createdAt,
      tags: [],
      formerSlugs: [],
      hidden: false,
      hiddenReason: '',
    })
    expect(rowOf(post, 'comments: projection of posts')).toMatchObject({
      ...{ published: true, visible: true, hidden: false },
    })
    expect(rowOf(post, 'comments: reference of posts')).toMatchObject({
      ...{ draft: false, hidden: false, deleted: false },
    })
  }
})

test('a comment that is older than threads and moderation is at the top level, and visible', () => {
  const comment = ofRelease('0.1.0', 'blog.comments.v1', 'whole')
  expect(rowOf(comment, 'comments: projection of comments')).toMatchObject({
    ancestorIds: [],
    parentId: null,
    hidden: false,
    visible: true,
    body: 'Please tell us the two lines.',
  })
  expect(rowOf(comment, 'posts: projection of comments')).toMatchObject({ visible: true, counted: true })
})

test('a user that is older than avatars has none', () => {
  expect(rowOf(ofRelease('0.1.0', 'blog.users.v1', 'whole'), 'users: projection of users')).toMatchObject({
    avatarUrl: '',
    fullName: 'Mara Keller',
  })
})
