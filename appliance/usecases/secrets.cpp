#include "usecases/secrets.hpp"

#include "core/crypto.hpp"
#include "storage/office_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace mnara::usecases {

namespace {

constexpr std::size_t kNonceBytes = 24;

std::string new_key_line(Random& random)
{
    return fmt::format("{} {}\n", crypto::to_hex(random.bytes(4)),
                       crypto::to_hex(random.bytes(crypto::kKeyBytes)));
}

// Written whole to a draft that `place` then puts into place, so a death leaves no half key behind.
void write_key_file(const std::string& path, Random& random, const std::string& line,
                    int (*place)(const char*, const char*))
{
    const std::string draft = fmt::format("{}.{}", path, crypto::to_hex(random.bytes(8)));
    const int file = ::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        throw std::runtime_error("cannot create " + draft);
    const bool written =
        ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const bool synced = ::fsync(file) == 0;
    ::close(file);
    const bool placed =
        written && synced && (place(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(draft.c_str());
    if (!placed)
        throw std::runtime_error("cannot write the key file " + path);
}

} // namespace

KeyRing::KeyRing(std::string key_bytes)
{
    ENSURE(key_bytes.size() == crypto::kKeyBytes);
    keys_.push_back({"test", std::move(key_bytes)});
}

KeyRing KeyRing::load_or_create(const std::string& path, Random& random)
{
    if (::access(path.c_str(), F_OK) != 0)
        write_key_file(path, random, new_key_line(random), ::link); // two first starts: one key
    std::ifstream file(path);
    KeyRing ring;
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string id, hex, more;
        if (!(words >> id))
            continue;
        std::optional<std::string> bytes;
        if (words >> hex)
            bytes = crypto::from_hex(hex);
        if (!bytes || bytes->size() != crypto::kKeyBytes || words >> more)
            throw std::runtime_error(
                fmt::format("{}: a line is not \"<key id> <64 hex digits>\"", path));
        ring.keys_.push_back({id, *bytes});
    }
    if (ring.keys_.empty())
        throw std::runtime_error(fmt::format("{} holds no key or cannot be read", path));
    return ring;
}

void KeyRing::add_key(const std::string& path, Random& random)
{
    std::ostringstream whole;
    whole << std::ifstream(path).rdbuf() << new_key_line(random);
    write_key_file(path, random, whole.str(), ::rename);
}

const std::string* KeyRing::find(std::string_view id) const
{
    for (const Key& key : keys_)
        if (key.id == id)
            return &key.bytes;
    return nullptr;
}

SecretId store_secret(storage::Tx& tx, const KeyRing& keys, Random& random,
                      std::string_view purpose, std::string_view plaintext, UnixTime now)
{
    const crypto::Sealed sealed =
        crypto::seal(keys.current(), random.bytes(kNonceBytes), purpose, plaintext);
    return storage::insert_secret(
        tx, {{}, std::string(purpose), keys.current_id(), sealed.nonce, sealed.ciphertext}, now);
}

std::string reveal_secret(storage::ReadTx& tx, const KeyRing& keys, SecretId id)
{
    const auto row = storage::find_secret(tx, id);
    ENSURE(row.has_value());
    const std::string* key = keys.find(row->key_id);
    if (key == nullptr)
        throw std::runtime_error(fmt::format(
            "the key '{}' that sealed secret {} is not in the key file", row->key_id, id.value));
    auto opened = crypto::open(*key, {row->nonce, row->ciphertext}, row->purpose);
    if (!opened)
        throw std::runtime_error(fmt::format("secret {} does not open with its key", id.value));
    return std::move(*opened);
}

int reseal_secrets(storage::Tx& tx, const KeyRing& keys, Random& random)
{
    const auto rows = storage::secrets_not_under(tx, keys.current_id());
    for (storage::SecretRow row : rows) {
        const std::string plaintext = reveal_secret(tx, keys, row.id);
        const crypto::Sealed sealed =
            crypto::seal(keys.current(), random.bytes(kNonceBytes), row.purpose, plaintext);
        row.key_id = keys.current_id();
        row.nonce = sealed.nonce;
        row.ciphertext = sealed.ciphertext;
        storage::update_secret(tx, row);
    }
    return static_cast<int>(rows.size());
}

} // namespace mnara::usecases
