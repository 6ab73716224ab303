-- AlterTable
ALTER TABLE "comments" ADD COLUMN     "path" UUID[] DEFAULT ARRAY[]::UUID[];
