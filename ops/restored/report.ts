import type { Restored } from '#cqrs/restore/restore.ts'
import type { ServiceName } from '#subgraphs/services.ts'

/** Prints what `restored` did, or with `dry` would do. */
export function report(service: ServiceName, restored: Restored, dry: boolean): void {
  const { skipped, written, dropped, sentAgain, lifted, lostEnds, conflicts } = restored
  const toBe = dry ? 'to be ' : ''
  const say = (condition: boolean, line: string) => void (condition && console.log(line))
  say(skipped > 0, `Records in its topics that cannot be read, ${toBe}skipped: ${skipped}.`)
  say(written > 0, `States that are newer in the log, ${toBe}written here: ${written}.`)
  say(sentAgain > 0, `States that the log does not have, ${toBe}sent to it again: ${sentAgain}.`)
  for (const { topic, partition, ends, reader, was } of lostEnds)
    console.log(`${topic}/${partition} lost its end: it ends at ${ends}, and ${reader ?? 'the relay'} was at ${was}.`)
  say(lostEnds.length > 0, `Versions there, ${toBe}lifted by 1,000,000 and sent again: ${lifted}.`)
  say(lostEnds.length > 0 && !dry, 'Restart the projectors that stopped: they read these topics from the beginning.')
  say(dropped.length > 0, `Accepted after the restore, before it was noticed, ${toBe}dropped. Have these sent again:`)
  for (const { type, id, version } of dropped) console.log(`  ${type} of ${id}, version ${version}`)
  if (conflicts.length > 0) reportConflicts(service, conflicts)
  say(written + sentAgain + lifted + dropped.length + conflicts.length === 0, `${service} is as new as the log.`)
  if (dry) console.log('Nothing was changed.')
  else if (conflicts.length === 0) console.log(`Commands and the relay of ${service} go on.`)
}

function reportConflicts(service: ServiceName, conflicts: Restored['conflicts']): void {
  console.log('These states of the log cannot be written: a row made after the restore has their name.')
  for (const { id, name, heldBy } of conflicts) console.log(`  ${id} is "${name}" in the log, as is ${heldBy} here`)
  console.log(
    `Commands of ${service} stay refused. Give the rows made after the restore up, whose owners have to be told:`,
  )
  console.log(
    `  npm run ops -- restored ${service} --give-up ${[...new Set(conflicts.map(({ heldBy }) => heldBy))].join(' ')}`,
  )
}
