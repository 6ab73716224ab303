import type { Message } from '@bufbuild/protobuf'
import type { Facts } from './facts.ts'
import { fieldsReadBy } from './fields-read.ts'
import { loadProjections, loadTopics } from './load-code.ts'
import { sideFromStdin } from './side-from-stdin.ts'

/** Run by `factsOf`: prints a side's topics and projections as JSON. */
const { dir, registry } = await sideFromStdin()
const topics = Object.entries(await loadTopics(dir)).map(([key, { name, owner, partitions, config, decode }]) => ({
  key,
  name,
  owner,
  partitions,
  config,
  message: (decode(new Uint8Array()) as Message).$typeName,
}))
const loaded = await loadProjections(dir)
// A projection that names a topic which was removed from the list has `undefined` as its topic.
const projections = loaded.projections.filter(({ topic }) => topic !== undefined)
const orphans = loaded.projections.filter(({ topic }) => topic === undefined)
const facts: Facts = {
  topics,
  broken: [...loaded.broken, ...orphans.map(({ file }) => ({ file, error: 'its topic is not in the list' }))],
  projections: projections.map(({ file, service, kind, topic, table, row, counts }) => {
    const listed = topics.find(({ name }) => name === topic.name)
    const message = listed && registry?.getMessage(listed.message)
    return {
      file,
      service,
      kind,
      table,
      topic: topic.name,
      label: `${service}: ${kind} of ${listed?.key ?? topic.name}`,
      counts: (counts ?? []).map(({ table, column }) => ({ table, column })),
      ...(message ? fieldsReadBy(message, row) : { reads: [], columns: [] }),
    }
  }),
}
process.stdout.write(JSON.stringify(facts))
