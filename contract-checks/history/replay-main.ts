import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { FileRegistry, Message } from '@bufbuild/protobuf'
import { type LoadedProjection, type LoadedTopic, loadProjections, loadTopics } from '../facts/load-code.ts'
import { sideFromStdin } from '../facts/side-from-stdin.ts'
import { projectEvent } from './project-event.ts'
import { HISTORY, parse, type Recorded } from './recorded-file.ts'
import type { Replayed } from './replay.ts'
import { stateDifferences } from './state-differences.ts'

/** Run by `replay`: decodes and projects the recorded events with a side's own code, and prints the results as JSON. */
const { dir, registry } = await sideFromStdin()
const topics = await loadTopics(dir)
const { projections } = await loadProjections(dir)

const replayed = globSync(`${HISTORY}/*/*.jsonl`, { cwd: dir })
  .sort()
  .flatMap((file) => {
    const name = basename(file, '.jsonl')
    const found = Object.entries(topics).find(([, topic]) => topic.name === name)
    // The check of topics reports a removed topic.
    if (!found) return []
    const [key, topic] = found
    const { header, records } = parse(readFileSync(join(dir, file), 'utf8'))
    const consumers = projections.filter((projection) => projection.topic.name === name)
    return records.map(
      (record, index): Replayed => ({
        version: basename(dirname(file)),
        topic: name,
        file,
        line: index + 2,
        shape: record.shape,
        ...read(record, header.fields, topic, key, consumers, registry),
      }),
    )
  })
process.stdout.write(JSON.stringify(replayed))

function read(
  { key: id, value, state }: Recorded,
  fields: Readonly<Record<string, number>>,
  topic: LoadedTopic,
  key: string,
  consumers: readonly LoadedProjection[],
  messages: FileRegistry | undefined,
): Pick<Replayed, 'undecoded' | 'differences' | 'projected'> {
  const bytes = Buffer.from(value, 'base64')
  try {
    // Decode by the code that consumers run and by the .proto files, because the generated code may be older.
    const decoded = topic.decode(bytes)
    const message = messages?.getMessage((decoded as Message).$typeName)
    return {
      undecoded: null,
      differences: message ? stateDifferences(state, fields, message, bytes) : [],
      projected: consumers.map((consumer) => projectEvent(consumer, key, id, decoded)),
    }
  } catch (error) {
    return { undecoded: error instanceof Error ? error.message : String(error), differences: [], projected: [] }
  }
}
