-- AlterTable
ALTER TABLE "refresh_tokens" ADD COLUMN     "rotatedAt" TIMESTAMPTZ(3);
