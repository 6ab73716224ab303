import type { Change, Side } from '../change.ts'
import type { KeptTopic } from './setting-changes.ts'
import { LIST, lineOfTopic } from './topic-lines.ts'

/** Changes of the message and the owner of a topic that is on both sides. */
export function messageAndOwnerChanges({ old, now, consumers }: KeptTopic, after: Side): readonly Change[] {
  const changes: Change[] = []
  const place = { file: LIST, line: lineOfTopic(after, now), breaks: consumers }
  if (old.message !== now.message)
    changes.push({
      ...place,
      level: 'breaking',
      rule: 'topics.message-changed',
      message: `${old.name} carried ${old.message} and now carries ${now.message}.`,
      remedy: `Make it a new topic beside this one (the next version of its name), fill it by \`npm run ops -- republish ${now.owner}\`, and move the projections.`,
    })
  if (old.owner !== now.owner)
    changes.push({
      ...place,
      level: 'dangerous',
      rule: 'topics.owner-changed',
      message: `${old.name} was owned by ${old.owner} and is now owned by ${now.owner}: two relays must never produce to it at once, and versions must continue.`,
      remedy: `Stop the relay of ${old.owner} when its outbox is empty, move the aggregates with their versions, then start the relay of ${now.owner}.`,
    })
  return changes
}
