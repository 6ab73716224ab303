import type { UnreadablePart } from '../broker/broker.ts'

/** Describes an unreadable part of the log, and what an operator can do about it. */
export function unreadable(
  { topic, partition, next, error }: UnreadablePart,
  { schema, owner }: { readonly schema: string; readonly owner: string },
): Error {
  const remedy =
    next === undefined
      ? "Kafka itself cannot read it: see the broker's log, and restore the partition from a replica"
      : `To leave out all before offset ${next}, run in the database of this role: UPDATE "${schema}".projection_offset ` +
        `SET "nextOffset" = ${next} WHERE topic = '${topic}' AND partition = ${partition}; then have the owner send its ` +
        `states again: \`npm run ops -- republish ${owner}\``
  return new Error(`the log cannot be read: ${error.message}. Nothing behind it is projected until it can. ${remedy}`, {
    cause: error,
  })
}
