import type { Restored } from '#cqrs/restore/restore.ts'
import type { Service } from './targets.ts'

/** Says what `restored` did, or with `dry` would do, on stdout. */
export function report(service: Service, restored: Restored, dry: boolean): void {
  const { skipped, written, dropped, sentAgain, lifted, lostEnds, conflicts } = restored
  const are = dry ? 'would be' : 'are'
  const say = (condition: boolean, ...lines: readonly string[]) => {
    if (condition) for (const line of lines) console.log(line)
  }
  say(skipped > 0, `${count(skipped, 'record')} in the topics of ${service} cannot be read and ${are} skipped.`)
  say(written > 0, `${count(written, 'state')} of the log ${are} written: newer than what ${service} had.`)
  say(sentAgain > 0, `${count(sentAgain, 'state')} that the log does not have ${are} sent to it again.`)
  for (const { topic, partition, ends, reader, was } of lostEnds)
    console.log(`${topic}/${partition} ends at offset ${ends}, and ${reader ?? 'the relay'} was at ${was}.`)
  say(
    lostEnds.length > 0,
    `These partitions lost their end: ${count(lifted, 'version')} ${are} lifted by 1,000,000 and sent again. Their`,
    `readers ${dry ? 'would begin' : 'begin'} again: restart the projectors that stopped.`,
  )
  say(dropped.length > 0, `Accepted after the restore, before it was noticed, and ${are} dropped. Send again:`)
  for (const { type, id, version } of dropped) console.log(`  ${type} of ${id}, version ${version}`)
  if (conflicts.length > 0) reportConflicts(service, conflicts)
  say(written + sentAgain + lifted + dropped.length + conflicts.length === 0, `${service} is as new as the log.`)
  if (dry) console.log('Nothing was changed.')
  else if (conflicts.length === 0) console.log(`Commands and the relay of ${service} go on.`)
}

function reportConflicts(service: Service, conflicts: Restored['conflicts']): void {
  console.log('These states of the log cannot be written: a row made after the restore has their name.')
  for (const { id, name, heldBy } of conflicts) console.log(`  ${id} is "${name}" in the log, as is ${heldBy} here`)
  console.log(
    `Commands of ${service} stay refused. Give the rows made after the restore up, whose owners have to be told:`,
  )
  console.log(
    `  npm run ops -- restored ${service} --give-up ${[...new Set(conflicts.map(({ heldBy }) => heldBy))].join(' ')}`,
  )
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
