import { machineryRejections } from '#cqrs/command/rejections.ts'
import { rejections } from '#subgraphs/rejections.ts'
import { type ErrorText, type Explanation, subgraphErrors } from '#toolkit/graphql/error-catalogue.ts'
import { gatewayErrors } from '../../gateway/error-catalogue.ts'

const intro = `# Errors

There are two kinds, in two places. A **rejection** is an answer: the command was understood and not accepted; it
is data, in the payload's \`errors\`, and nothing was written. An **error** is in the reply's own \`errors\`: a bad argument
of a query, or a fault. \`code\` is for programs and does not change; \`message\` is for people and may.

This page is made from the code (\`npm run generate\`): rejections from what the commands declare, errors from
\`toolkit/graphql/error-catalogue.ts\` and \`gateway/error-catalogue.ts\`.
`

const rejectionsIntro = `## Rejections

\`{ code message path currentVersion }\`: \`path\` names the input field it is about, outermost first; \`currentVersion\` comes
with \`VERSION_CONFLICT\`.

\`createUser\`, \`signIn\` and \`refreshSession\` do not look at the access token, so they are never \`UNAUTHENTICATED\`. For some
milliseconds after \`deleteAccount\`, longer while the projectors of posts and comments are behind, a command of those two
services may still be accepted. While a comment is hidden, its author may not edit it: \`FORBIDDEN\`.
`

const errorsIntro = `## Errors

\`extensions.code\` of entries in \`errors\`. What is not marked with a status comes with HTTP 200 and partial data. A client whose
header \`Accept\` names \`application/json\` and not the newer \`application/graphql-response+json\` gets 200 instead of 400 for
an invalid operation, as GraphQL over HTTP says.

\`/session\` answers rejections, refusals and faults alike, as \`{ code message path }\` in \`errors\`
([guide](guides/browser-sessions.md)).

A request that is refused is answered by at most five errors, in less than 10 kB; a reply with partial data has at most 20.
No message is longer than 500 characters: of a longer one, which quotes what was sent, the middle is left out. In
production a message suggests no other names. The lists of the caller's own are \`feed\`, \`drafts\` and
\`posts(filter: { hidden: true })\`; the one for moderators is \`comments\`.
`

/** The text of docs/errors.md. */
export const errorsPage = (): string =>
  [
    intro,
    rejectionsIntro,
    table(['code', 'from', 'meaning', 'what a client does'], rejectionRows()),
    errorsIntro,
    table(['code', 'meaning', 'what a client does'], errorRows()),
  ].join('\n')

/** One row per meaning of a code: services with the same explanation share it. */
function rejectionRows(): string[][] {
  const found = new Map<Explanation, { code: string; from: string[] }>()
  for (const [code, text] of Object.entries(machineryRejections)) found.set(text, { code, from: ['every service'] })
  for (const [service, texts] of Object.entries(rejections))
    for (const [code, text] of Object.entries(texts)) {
      const row = found.get(text)
      if (row) row.from.push(service)
      else found.set(text, { code, from: [service] })
    }
  return [...found].map(([{ meaning, advice }, { code, from }]) => [`\`${code}\``, from.join(', '), meaning, advice])
}

const errorRows = (): string[][] =>
  Object.entries<ErrorText>({ ...subgraphErrors, ...gatewayErrors }).map(([code, { status, meaning, advice }]) => [
    `\`${code}\`${status ? ` (${listed(status)})` : ''}`,
    meaning,
    advice,
  ])

const listed = (status: readonly number[]): string => status.join(status.length === 2 ? ' or ' : ', ')

const table = (heads: readonly string[], rows: readonly string[][]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
