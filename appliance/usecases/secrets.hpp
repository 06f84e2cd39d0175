// Secrets at rest: XChaCha20-Poly1305 in the secret table, under a key that lies in a file outside
// the database. The file holds one key a line, "<key id> <64 hex digits>"; the last one seals.
#pragma once

#include "core/ids.hpp"
#include "core/random.hpp"
#include "storage/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mnara::usecases {

class KeyRing
{
public:
    // Reads the key file; makes it (0600) with one new key where there is none. Throws
    // std::runtime_error in words where it cannot be read or has a wrong line.
    static KeyRing load_or_create(const std::string& path, Random& random);
    // Appends a new key, which seals from then on.
    static void add_key(const std::string& path, Random& random);
    // A ring of one key, for tests.
    explicit KeyRing(std::string key_bytes);

    [[nodiscard]] const std::string& current_id() const { return keys_.back().id; }
    [[nodiscard]] const std::string& current() const { return keys_.back().bytes; }
    [[nodiscard]] const std::string* find(std::string_view id) const;

private:
    struct Key
    {
        std::string id;
        std::string bytes;
    };
    KeyRing() = default;
    std::vector<Key> keys_;
};

[[nodiscard]] SecretId store_secret(storage::Tx& tx, const KeyRing& keys, Random& random,
                                    std::string_view purpose, std::string_view plaintext,
                                    UnixTime now);
// Throws std::runtime_error where the key that sealed it is not in the ring.
[[nodiscard]] std::string reveal_secret(storage::ReadTx& tx, const KeyRing& keys, SecretId id);

// Seals every secret again under the current key; how many there were. Afterwards older keys of the
// file may be deleted.
int reseal_secrets(storage::Tx& tx, const KeyRing& keys, Random& random);

} // namespace mnara::usecases
