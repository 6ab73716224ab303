import type { Change, Side } from '../change.ts'
import type { TopicFact } from '../facts/facts.ts'
import { LIST, lineOfSetting } from './topic-lines.ts'

/** A topic that is on both sides, and who consumed it. */
export type KeptTopic = { readonly old: TopicFact; readonly now: TopicFact; readonly consumers: readonly string[] }

const settingsOf = ({ partitions, config }: TopicFact): Readonly<Record<string, string>> => ({
  partitions: String(partitions),
  ...config,
})

/** Changes of partitions and settings. Topics with the same change of a setting share one entry. */
export function settingChanges(kept: readonly KeptTopic[], after: Side): readonly Change[] {
  const groups = new Map<string, { setting: string; was: string; is: string; topics: KeptTopic[] }>()
  for (const topic of kept) {
    const before = settingsOf(topic.old)
    const now = settingsOf(topic.now)
    for (const setting of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const was = before[setting] ?? 'not set'
      const is = now[setting] ?? 'not set'
      if (was === is) continue
      const key = [setting, was, is].join('\n')
      const group = groups.get(key) ?? { setting, was, is, topics: [] }
      group.topics.push(topic)
      groups.set(key, group)
    }
  }
  return [...groups.values()].map(({ setting, was, is, topics }) => {
    const [first] = topics
    return {
      ...assess(
        setting,
        topics.map(({ old }) => old.name),
        `was ${was} and is ${is}`,
      ),
      file: LIST,
      line: first ? lineOfSetting(after, first.now, setting) : null,
      breaks: decidesRetention(setting) ? topics.flatMap(({ consumers }) => consumers) : [],
    }
  })
}

/** Settings that could delete records which are needed permanently, or spread a key's states over two partitions. */
const retentionRules: Readonly<Record<string, string>> = {
  partitions: 'topics.partitions-changed',
  'cleanup.policy': 'topics.policy-changed',
  'retention.ms': 'topics.retention-changed',
  'retention.bytes': 'topics.retention-changed',
}

const decidesRetention = (setting: string) => setting in retentionRules

function assess(setting: string, topics: readonly string[], change: string) {
  const message = `${setting} of ${topics.join(', ')} ${change}`
  const rule = retentionRules[setting]
  if (!rule)
    return {
      level: 'dangerous' as const,
      rule: 'topics.setting-changed',
      message: `${message}: relays and projectors wait, not ready, until the broker's topics have it too.`,
      remedy: 'Change it on the broker just before the deployment: `kafka-configs.sh --alter --entity-type topics …`.',
    }
  return {
    level: 'breaking' as const,
    rule,
    message:
      setting === 'partitions'
        ? `${message}: a key's old and new state would be in two partitions, and nothing would order them.`
        : `${message}: the last state of each key is needed permanently; a rebuild would miss deleted records.`,
    remedy:
      setting === 'partitions'
        ? 'Make it a new topic beside the old one (the next version of its name), fill it by `npm run ops -- republish <owner>`, and move the projections.'
        : 'Restore it. To delete data, record a last state with `deleted`.',
  }
}
