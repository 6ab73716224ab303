import { z } from 'zod'
import { defineService } from '#cqrs/roles/service.ts'
import { pairKeys } from '#toolkit/trust/keys.ts'

export const service = defineService({
  name: 'comments',
  ports: { api: 4003, relay: 4013, projector: 4023 },
  databases: { write: 'comments_write', read: 'comments_read' },
  generations: ['read_1'],
  asks: ['users'],
  variables: {
    projector: {
      USERS_URL: z.url().describe('where users answers, for authors that comments has not heard of'),
      USERS_KEYS: pairKeys.describe('the keys to sign requests to users with'),
    },
  },
})
