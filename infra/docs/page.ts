import { startConfig } from '../start/config.ts'
import { ignored, instead } from '../variables/set-by-start.ts'
import { catalogue, type Readers } from './catalogue.ts'
import { type Row, rowsOf } from './rows.ts'

const intro = `# Configuration

Every variable of the environment that something here reads. This page is made from the schemas that read them
(\`npm run generate\`). \`--help\` of a command shows its own.

- A variable that is set to nothing (\`MAX_COST=\`), or to spaces alone, counts as not set.
- A value that its schema refuses ends the process with a sentence that names the variable and what it may be (exit code
  78; 1 by \`npm start\`).
- A variable that begins with \`INKSTREAM_\` and that nothing reads, or that is one edit from a name here, is probably
  misspelled. Processes warn of it at their start and go on.
- A port that Kubernetes sets for a Service of the same name (\`USERS_PORT=tcp://10.0.0.1:80\`) counts as not set.
`

const setByStart = () => `## What \`npm start\` sets itself

A value of yours for one of these has no effect, and \`npm start\` reports that.

| variable | why, and what to do instead |
| --- | --- |
${Object.keys(instead)
  .filter((name) => ignored({ [name]: 'given' }, Object.keys(startConfig.shape)).length > 0)
  .toSorted()
  .map((name) => `| \`${name}\` | ${instead[name]} |`)
  .join('\n')}

It passes all others on. One that several roles read goes to all of them; to give a value to one role alone, put its name
before the variable: \`GATEWAY_LOG_LEVEL=debug\`, \`POSTS_RELAY_LOG_LEVEL=debug\`. Only \`GATEWAY_HOST\`
moves the gateway to another address: some shells set \`HOST\`, and only this machine asks the other roles.

On one machine everybody comes from one address. So where \`NODE_ENV\` is not production, \`npm start\` has other defaults for
\`RATE_LIMITS\`, \`SIGN_INS_PER_ADDRESS\` and \`SIGN_UPS_PER_ADDRESS\`, which bound nobody; yours come first.
`

/** The text of docs/configuration.md. */
export function page(): string {
  const sections = catalogue.flatMap(({ title, intro, readers }) => [
    `## ${title}\n\n${intro}\n\n${table(readers)}\n`,
    ...(title === '`npm start`' ? [setByStart()] : []),
  ])
  return [intro, ...sections].join('\n')
}

function table(readers: Readers): string {
  const several = readers.size > 1
  const rows = rowsOf(readers).map((row) => {
    const cells = [
      `\`${row.name}\``,
      ...(several ? [readBy([...row.standards.keys()], readers)] : []),
      escaped(row.value),
      standardOf(row),
      escaped(row.meaning),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const heads = ['variable', ...(several ? ['read by'] : []), 'value', 'default', 'meaning']
  return [`| ${heads.join(' | ')} |`, `| ${heads.map(() => '---').join(' | ')} |`, ...rows].join('\n')
}

/** Names of the readers, with a collective name where one exists. */
function readBy(names: readonly string[], readers: Readers): string {
  const all = [...readers.keys()]
  const groups = [
    { word: 'all', members: all },
    ...['api', 'relay', 'projector'].map((role) => ({
      word: `every ${role}`,
      members: all.filter((name) => name.endsWith(`-${role}`)),
    })),
  ]
  const left = new Set(names)
  const words: string[] = []
  for (const { word, members } of groups)
    if (members.length > 1 && members.every((member) => left.has(member))) {
      words.push(word)
      for (const member of members) left.delete(member)
    }
  return [...words, ...left].join(', ')
}

function standardOf({ required, standards }: Row): string {
  if (required) return 'must be set'
  const shown = (standard: string | undefined) => (standard ? `\`${standard}\`` : '–')
  const different = new Set(standards.values())
  if (different.size === 1) return shown([...different][0])
  return [...standards].map(([reader, standard]) => `${shown(standard)} (${reader})`).join(', ')
}

/** Escapes text for a Markdown table. */
const escaped = (text: string): string => text.replaceAll(/[|*<]/g, '\\$&')
