import { Command } from 'commander'
import { republishing as comments } from '../subgraphs/comments/wiring.ts'
import { republishing as posts } from '../subgraphs/posts/wiring.ts'
import { republishing as users } from '../subgraphs/users/wiring.ts'
import { databaseUrl, parseId, parseService, type Service } from './targets.ts'

const open = (service: Service) => {
  const url = databaseUrl(service, 'write')
  switch (service) {
    case 'users':
      return users(url)
    case 'posts':
      return posts(url)
    case 'comments':
      return comments(url)
  }
}

/** Writes outbox rows from the current state. */
export const republishCommand = new Command('republish')
  .description('send the current state of one aggregate, or of all, to Kafka again; consumers drop what they have')
  .argument('<service>', 'users, posts or comments', parseService)
  .argument('[key]', 'the id of one aggregate; all when left out', parseId)
  .action(async (service: Service, key: string | undefined) => {
    const { republish, close } = open(service)
    const tty = process.stderr.isTTY
    try {
      const written = await republish(key === undefined ? undefined : [key], (count) => {
        if (tty) process.stderr.write(`\r${count} written`)
      })
      if (tty) process.stderr.write('\r')
      if (key !== undefined && written === 0) throw new Error(`${service} has no aggregate ${key}.`)
      console.log(`${written} written to the outbox of ${service}.`)
    } finally {
      await close()
    }
  })
