-- AlterTable
ALTER TABLE "users" ADD COLUMN     "avatarUrl" TEXT NOT NULL DEFAULT '';

-- Only the log has them: read the topics again.
TRUNCATE "projection_offset";
