#include "network/tls/certificate_folder.hpp"

#include "network/tls/credentials.hpp"
#include "network/tls/error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace mnara::network::tls {

namespace {

constexpr const char* kBegin = "-----BEGIN ";
constexpr mode_t kPrivate = 0600;
constexpr mode_t kPublic = 0644;

void write_draft(const std::string& path, const std::string& text, mode_t mode)
{
    ::unlink(path.c_str());
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kPrivate);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fchmod(file, mode) == 0 && ::fsync(file) == 0;
    if (file >= 0)
        ::close(file);
    if (!written)
        throw std::runtime_error("cannot write " + path);
}

void sync_folder(const std::string& folder)
{
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        ::fsync(file);
        ::close(file);
    }
}

void put(const std::string& folder, const std::string& name, const std::string& text, mode_t mode)
{
    const std::string path = folder + "/" + name;
    write_draft(path + ".new", text, mode);
    if (::rename((path + ".new").c_str(), path.c_str()) != 0)
        throw std::runtime_error("cannot write " + path);
    sync_folder(folder);
}

// One file holds both, so that no crash can leave a certificate without its key.
std::string joined(const PemPair& pair)
{
    return pair.certificate + pair.key;
}

std::optional<PemPair> split(const std::string& text)
{
    const auto key = text.find(kBegin, std::string(kBegin).size());
    if (text.rfind(kBegin, 0) != 0 || key == std::string::npos)
        return std::nullopt;
    return PemPair{text.substr(0, key), text.substr(key)};
}

} // namespace

std::optional<std::string> read_text(const std::string& path)
{
    const std::ifstream file(path);
    if (!file)
        return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

CertificateFolder::CertificateFolder(std::string folder, const Rng& rng)
    : folder_(std::move(folder))
{
    std::filesystem::create_directories(folder_);
    ::chmod(folder_.c_str(), S_IRWXU);
    const std::string path = folder_ + "/ca.pem";
    if (!std::filesystem::exists(path)) {
        unsigned char tail[3];
        require(Rng::fill(rng.state(), tail, sizeof tail), "no randomness for TLS");
        // Two boxes of one owner must not look the same where he manages what he trusts.
        const std::string name =
            fmt::format("Mnara box CA {:02x}{:02x}{:02x}", tail[0], tail[1], tail[2]);
        write_draft(path + ".new", joined(make_ca(rng, name)), kPrivate);
        // link() refuses to replace, whatever happened since we looked.
        if (::link((path + ".new").c_str(), path.c_str()) != 0 && errno != EEXIST)
            throw std::runtime_error("cannot write " + path);
        ::unlink((path + ".new").c_str());
        sync_folder(folder_);
        has_made_ca_ = true;
    }
    const auto text = read_text(path);
    const auto pair = text ? split(*text) : std::nullopt;
    const auto usable = pair ? Credentials::from_pem(pair->certificate, pair->key)
                             : Result<std::shared_ptr<const Credentials>, std::string>(
                                   refuse(std::string("it does not hold a certificate and a key")));
    if (!usable)
        throw std::runtime_error(
            fmt::format("{} cannot be used: {}. Nothing was changed. Put the file back from its "
                        "backup; if it is lost, move it away, and everybody who trusts this box "
                        "has to trust it anew",
                        path, usable.error()));
    ca_ = *pair;
    if (read_text(folder_ + "/ca.crt") != ca_.certificate)
        put(folder_, "ca.crt", ca_.certificate, kPublic);
}

std::optional<PemPair> CertificateFolder::server() const
{
    const auto text = read_text(folder_ + "/server.pem");
    return text ? split(*text) : std::nullopt;
}

void CertificateFolder::put_server(const PemPair& pair) const
{
    put(folder_, "server.pem", joined(pair), kPrivate);
}

} // namespace mnara::network::tls
