import { Command } from 'commander'
import { type DeadLetter, discardDeadLetter, findDeadLetter, listDeadLetters } from '#cqrs/projection/dead-letters.ts'
import { retryDeadLetter } from '#cqrs/projection/retry.ts'
import { serviceNames } from '#subgraphs/services.ts'
import { environment } from './environment.ts'
import { type OpenModel, withModels } from './models.ts'

/** Records that could not be projected. Their names are `<model>:<id>`, such as `posts.read_1:7`. */
export const deadLetters = new Command('dead-letters').description('records that could not be projected')

deadLetters
  .command('list')
  .description('the open ones of every service')
  .option('--all', 'the closed ones too')
  .action(async ({ all }: { all?: boolean }) =>
    withModels(serviceNames, async (models) => {
      let found = 0
      for (const { name, model, pool } of models)
        for (const letter of await listDeadLetters(pool, model.schema, { closedToo: all === true })) {
          found++
          console.log(`${name}:${letter.id}  ${summary(letter)}`)
        }
      if (found === 0) console.log(all ? 'There are none.' : 'There are none open.')
    }),
  )

deadLetters
  .command('show')
  .description('one of them, whole')
  .argument('<name>', 'as `list` prints it, such as posts.read_1:7')
  .action((given: string) =>
    withLetter(given, async ({ model, pool }, id) => {
      const letter = await findDeadLetter(pool, model.schema, id)
      if (!letter) throw new Error(`There is no ${given}.`)
      const { value, ...rest } = letter
      console.log(JSON.stringify({ ...rest, value: value && Buffer.from(value).toString('base64') }, undefined, 2))
    }),
  )

deadLetters
  .command('retry')
  .description('project one again, through the same guards; closes it when that succeeds')
  .argument('<name>', 'as `list` prints it')
  .action((given: string) =>
    withLetter(given, async ({ name, current, model, pool }, id) => {
      if (!current) throw new Error(`${name} is projected by a build of before: retry ${given} with that one.`)
      const outcome = await retryDeadLetter(pool, model, environment().TOPIC_PREFIX, id)
      switch (outcome.status) {
        case 'retried':
          return console.log(`${given} is projected.`)
        case 'superseded':
          return console.log(`${given} is closed: the tables hold as new a state already.`)
        case 'not open':
          throw new Error(`${given} is not open.`)
        case 'refused':
          throw new Error(`${given} is refused again: ${outcome.error}`)
      }
    }),
  )

deadLetters
  .command('discard')
  .description('close one without projecting it')
  .argument('<name>', 'as `list` prints it')
  .action((given: string) =>
    withLetter(given, async ({ model, pool }, id) => {
      if (!(await discardDeadLetter(pool, model.schema, id))) throw new Error(`${given} is not open.`)
      console.log(`${given} is discarded.`)
    }),
  )

const summary = ({ topic, partition, offset, key, createdAt, closedBy, error }: Omit<DeadLetter, 'value'>) =>
  `${createdAt.toISOString()}  ${topic}/${partition} at ${offset}, key ${key}${closedBy ? `, ${closedBy}` : ''}: ${error.split('\n')[0]}`

async function withLetter(given: string, work: (model: OpenModel, id: string) => Promise<void>): Promise<void> {
  const [, name, id] = /^([a-z]+\.[a-z_0-9]+):(\d{1,18})$/.exec(given) ?? []
  await withModels(serviceNames, async (models) => {
    const found = models.find((model) => model.name === name)
    if (!found || id === undefined)
      throw new Error(`"${given}" names no dead letter: take a name that \`npm run ops -- dead-letters list\` prints.`)
    await work(found, id)
  })
}
