#include "crash/disk_image.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace crash {

namespace {

// Disks write a sector wholly or not at all; what they were writing at the end may be anything.
constexpr std::size_t kSectorBytes = 512;

std::string read_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void garble_some_sectors(std::string& bytes, mnara::Random& random)
{
    for (std::size_t at = 0; at < bytes.size(); at += kSectorBytes) {
        const std::size_t size = std::min(kSectorBytes, bytes.size() - at);
        if (random.below(2) == 0)
            bytes.replace(at, size, random.bytes(size));
    }
}

} // namespace

void DiskImage::apply(std::string& content, const Piece& piece)
{
    const auto from = static_cast<std::size_t>(piece.offset);
    if (piece.truncates) {
        content.resize(from);
        return;
    }
    if (content.size() < from + piece.bytes.size())
        content.resize(from + piece.bytes.size());
    content.replace(from, piece.bytes.size(), piece.bytes);
}

void DiskImage::opened(const std::string& path)
{
    const auto known = files_.find(path);
    if (known == files_.end() || known->second.deleted)
        files_[path] = {read_file(path), {}, false, false};
}

void DiskImage::written(const std::string& path, std::int64_t offset, std::string_view bytes)
{
    files_[path].pending.push_back({offset, std::string(bytes), false});
}

void DiskImage::truncated(const std::string& path, std::int64_t size)
{
    files_[path].pending.push_back({size, {}, true});
}

void DiskImage::synced(const std::string& path)
{
    File& file = files_[path];
    for (const Piece& piece : file.pending)
        apply(file.durable, piece);
    file.pending.clear();
}

void DiskImage::deleted(const std::string& path, bool durably)
{
    File& file = files_[path];
    file.pending.clear();
    file.deleted = true;
    file.may_come_back = !durably;
}

void DiskImage::lose_power(mnara::Random& random)
{
    for (auto& [path, file] : files_) {
        if (file.deleted && (!file.may_come_back || random.below(2) == 0))
            continue;
        std::string content = file.durable;
        // Often all or nothing of it: a random subset alone would rarely be either.
        const std::uint64_t mood = random.below(4);
        for (Piece& piece : file.pending) {
            const std::uint64_t fate = mood == 0 ? 0 : mood == 1 ? 1 : random.below(3);
            if (fate == 0)
                continue; // lost
            if (fate == 2)
                garble_some_sectors(piece.bytes, random);
            apply(content, piece);
        }
        // In place: the file keeps its owner and mode.
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
    }
}

} // namespace crash
