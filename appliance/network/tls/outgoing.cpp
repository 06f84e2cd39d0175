#include "network/tls/outgoing.hpp"

#include "network/tls/trust.hpp"

namespace mnara::network::tls {

std::shared_ptr<const Config> Outgoing::trusting()
{
    const std::lock_guard lock(mutex_);
    std::error_code missing;
    const auto changed_at = std::filesystem::last_write_time(ca_file_, missing);
    if (trusting_ == nullptr || missing || changed_at != read_at_) {
        trusting_ = Config::client(std::make_shared<TrustedRoots>(ca_file_));
        read_at_ = changed_at;
    }
    return trusting_;
}

std::shared_ptr<const Config> Outgoing::pinned()
{
    const std::lock_guard lock(mutex_);
    if (pinned_ == nullptr)
        pinned_ = Config::client(nullptr);
    return pinned_;
}

bool has_pin(const CertificateFacts& facts, const std::string& pin)
{
    std::string digits;
    for (const char c : pin)
        if (c != ':')
            digits += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    return digits == facts.fingerprint || digits == facts.key_pin;
}

} // namespace mnara::network::tls
