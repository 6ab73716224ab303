import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Side } from '../change.ts'
import { eventTypesOf } from '../facts/event-types.ts'
import { factsOf } from '../facts/facts.ts'
import { messagesOf } from '../facts/messages.ts'
import { encodeTopic, NotRecorded } from './encode-topic.ts'
import { fixtures as allFixtures } from './fixtures/all.ts'
import type { Fixture } from './fixtures/fixture.ts'
import { HISTORY } from './recorded-file.ts'
import { isLater, isVersion } from './version.ts'

const workTree: Side = { dir: resolve(import.meta.dirname, '..', '..'), label: 'the work tree' }

/**
 * Records what events of a release look like: contracts/history/<version>/, one file for each topic. A set is written
 * once and never changed.
 * @returns the files, from the root of the repository
 * @throws NotRecorded when the version is not `x.y.z` or not later than all recorded ones, or when fixtures leave out a
 * topic, a shape or a field
 */
export async function recordRelease(
  version: string,
  side: Side = workTree,
  fixtures: readonly Fixture[] = allFixtures,
): Promise<readonly string[]> {
  refuseVersion(version, versionsIn(side))
  const messages = await messagesOf(side)
  if (messages.status === 'broken') throw new NotRecorded('contracts/events does not compile: fix it first.')
  const { topics } = await factsOf(side)
  const types = eventTypesOf(side)
  // The machinery records this type for every aggregate whose state is republished.
  const unknown = fixtures.find(({ type }) => !types.has(type) && !type.endsWith('.republished.v1'))
  if (unknown) throw new NotRecorded(`No command records ${unknown.type}: change contract-checks/history/fixtures.`)

  const files = topics.map((topic) => ({
    name: `${topic.name}.jsonl`,
    text: encodeTopic(
      topic,
      messages.registry,
      fixtures.filter((fixture) => fixture.topic === topic.key),
    ),
  }))
  const dir = join(side.dir, HISTORY, version)
  // Write the set completely or not at all: an incomplete set could not be fixed, because sets never change.
  const draft = `${dir}.draft-${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    for (const { name, text } of files) writeFileSync(join(draft, name), text)
    renameSync(draft, dir)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return files.map(({ name }) => `${HISTORY}/${version}/${name}`)
}

function versionsIn(side: Side): readonly string[] {
  try {
    return readdirSync(join(side.dir, HISTORY)).filter(isVersion)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function refuseVersion(version: string, recorded: readonly string[]): void {
  if (!isVersion(version)) throw new NotRecorded(`${version} is no version: write it as x.y.z, as in 0.3.0.`)
  if (recorded.includes(version))
    throw new NotRecorded(`${HISTORY}/${version} exists already, and a recorded set never changes.`)
  const later = recorded.find((other) => isLater(other, version))
  if (later) throw new NotRecorded(`${version} comes before ${later}, which is recorded: choose a later version.`)
}
