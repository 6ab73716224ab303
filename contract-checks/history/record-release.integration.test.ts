import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Side } from '../change.ts'
import { scratchSide } from '../facts/scratch-side.fixture.ts'
import { fixtures } from './fixtures/all.ts'
import { recordRelease } from './record-release.ts'
import { HISTORY, parse } from './recorded-file.ts'
import { isLater, isVersion } from './version.ts'

let side: Side
beforeEach(() => {
  const scratch = scratchSide('a copy')
  onTestFinished(() => scratch[Symbol.dispose]())
  side = scratch
})

const textOf = (file: string) => readFileSync(join(side.dir, file), 'utf8')

test('a release is recorded with a file for each topic, which names what each event meant', async () => {
  const files = await recordRelease('9.0.0', side)
  expect(files).toEqual(
    ['users', 'posts', 'comments', 'follows', 'favorites'].map((topic) => `${HISTORY}/9.0.0/blog.${topic}.v1.jsonl`),
  )
  const { header, records } = parse(textOf(`${HISTORY}/9.0.0/blog.posts.v1.jsonl`))
  expect(header).toMatchObject({ message: 'inkstream.v1.Post', fields: { id: 1, authorId: 2, formerSlugs: 12 } })
  expect(records[0]).toMatchObject({
    shape: 'whole',
    type: 'inkstream.post.updated.v1',
    state: { title: 'A sentence that came back', deleted: false },
  })
})

test('equal fixtures are recorded as equal bytes', async () => {
  const [one = [], other = []] = [await recordRelease('9.0.0', side), await recordRelease('9.0.1', side)]
  expect(one.map(textOf)).toEqual(other.map(textOf))
})

describe('refuses, and leaves all as it was:', () => {
  const refused = async (version: string, given: Side, states = fixtures) => {
    const before = readdirSync(join(given.dir, HISTORY), { recursive: true })
    const error = await recordRelease(version, given, states).then(
      () => undefined,
      (reason: Error) => reason,
    )
    expect(readdirSync(join(given.dir, HISTORY), { recursive: true })).toEqual(before)
    return error?.message
  }

  test('a version that is recorded', async () => {
    expect(await refused('0.1.0', side)).toContain('contracts/history/0.1.0 exists already')
  })

  test('a version before one that is recorded', async () => {
    expect(await refused('0.0.9', side)).toContain('0.0.9 comes before 0.1.0')
  })

  test.each(['1.0', 'v1.0.0', '01.0.0', '1.0.0-rc.1', '../1.0.0', ''])(
    '%j, which is not a version',
    async (version) => {
      expect(await refused(version, side)).toContain('is no version')
    },
  )

  test('a message without one of the shapes', async () => {
    const left = fixtures.filter(({ topic, shape }) => topic !== 'posts' || shape !== 'deleted')
    expect(await refused('9.0.0', side, left)).toContain('no state of inkstream.v1.Post that is deleted')
  })

  test('a field that no state sets', async () => {
    using grown = scratchSide('a copy', [
      ['contracts/events/posts.proto', 'former_slugs = 12;', 'former_slugs = 12;\n  string lead = 99;'],
    ])
    expect(await refused('9.0.0', grown)).toContain('sets Post.lead')
  })

  test('a type of event that no command records', async () => {
    const other = fixtures.map((fixture) => ({ ...fixture, type: 'inkstream.post.pinned.v1' }))
    expect(await refused('9.0.0', side, other)).toContain('No command records inkstream.post.pinned.v1')
  })
})

test('versions are ordered by their numbers', () => {
  expect(['0.10.0', '1.0.0', '0.9.9'].every(isVersion)).toBe(true)
  expect(isLater('0.10.0', '0.9.9')).toBe(true)
  expect(isLater('0.9.9', '0.10.0')).toBe(false)
  expect(isLater('1.0.0', '1.0.0')).toBe(false)
})
