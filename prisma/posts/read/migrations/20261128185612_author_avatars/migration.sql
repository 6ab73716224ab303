-- Only the log has them: read the topics again. It comes first, since projectors lock it first.
TRUNCATE "projection_offset";

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "avatarUrl" TEXT NOT NULL DEFAULT '';
