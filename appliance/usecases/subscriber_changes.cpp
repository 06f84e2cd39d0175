#include "usecases/subscriber_changes.hpp"

#include "domain/access.hpp"
#include "domain/phone.hpp"
#include "storage/place_store.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/subscription_store.hpp"
#include "usecases/audit.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

using Error = ChangeSubscriberError;

constexpr std::size_t kNameMax = 200;
constexpr std::size_t kNoteMax = 2000;
constexpr std::size_t kPhonesMax = 10;
constexpr std::size_t kDevicesMax = 50;

// A note may have several lines.
bool is_text(const std::string& text, std::size_t most, bool lines = false)
{
    return text.size() <= most && std::none_of(text.begin(), text.end(), [&](char c) {
               return (static_cast<unsigned char>(c) < 0x20 && !(lines && c == '\n')) || c == 0x7f;
           });
}

Result<std::vector<std::string>, Error> normalised(const std::vector<std::string>& typed)
{
    std::vector<std::string> phones;
    for (const std::string& one : typed) {
        auto phone = domain::normalise_phone(one);
        if (!phone)
            return refuse(Error::BadPhone);
        if (std::find(phones.begin(), phones.end(), *phone) == phones.end())
            phones.push_back(std::move(*phone));
    }
    if (phones.empty() || phones.size() > kPhonesMax)
        return refuse(Error::BadPhone);
    return phones;
}

} // namespace

Result<Done, ChangeSubscriberError> change_subscriber(storage::Tx& tx, const Context& context,
                                                      SubscriberId id,
                                                      const SubscriberChanges& changes,
                                                      const std::string& actor)
{
    auto row = storage::find_subscriber(tx, id);
    if (!row)
        return refuse(Error::UnknownSubscriber);
    AuditFields changed;
    if (changes.full_name) {
        if (changes.full_name->empty() || !is_text(*changes.full_name, kNameMax))
            return refuse(Error::BadName);
        changed.emplace_back("full_name_before", row->full_name);
        changed.emplace_back("full_name", *changes.full_name);
        row->full_name = *changes.full_name;
    }
    if (changes.language) {
        if (*changes.language != "en" && *changes.language != "sw")
            return refuse(Error::BadLanguage);
        changed.emplace_back("language", *changes.language);
        row->language = *changes.language;
    }
    if (changes.email) {
        if (!is_text(changes.email->value_or(""), kNameMax))
            return refuse(Error::BadEmail);
        changed.emplace_back("email", changes.email->value_or(""));
        row->email = *changes.email;
    }
    if (changes.note) {
        if (!is_text(changes.note->value_or(""), kNoteMax, true))
            return refuse(Error::BadNote);
        changed.emplace_back("note", changes.note->value_or(""));
        row->note = *changes.note;
    }
    if (changes.site_id) {
        if (*changes.site_id && !storage::find_site(tx, **changes.site_id))
            return refuse(Error::UnknownSite);
        changed.emplace_back("site_id", changes.site_id->value_or(SiteId{}).value);
        row->site_id = *changes.site_id;
    }
    storage::update_subscriber(tx, *row);
    if (changes.phones) {
        const auto phones = normalised(*changes.phones);
        if (!phones)
            return refuse(phones.error());
        storage::replace_phones(tx, id, *phones, context.clock.now());
        std::string list;
        for (const std::string& phone : *phones)
            list += (list.empty() ? "" : " ") + phone;
        changed.emplace_back("phones", list);
    }
    audit(tx, context, actor, "changed", "subscriber", id.value, audit_fields(changed));
    return Done{};
}

Result<Done, SubscriptionError> change_devices(storage::Tx& tx, const Context& context,
                                               SubscriptionId id,
                                               const std::vector<std::string>& macs,
                                               const std::string& actor)
{
    const auto line = storage::find_subscription(tx, id);
    if (!line)
        return refuse(SubscriptionError::UnknownSubscription);
    if (line->state == domain::SubscriptionState::Terminated)
        return refuse(SubscriptionError::IllegalNow);
    if (macs.size() > kDevicesMax)
        return refuse(SubscriptionError::BadDevice);
    std::optional<std::string> list;
    for (const std::string& typed : macs) {
        const auto station = domain::read_station(typed);
        if (!station)
            return refuse(SubscriptionError::BadDevice);
        list = list.value_or(" ") + *station + ' ';
    }
    storage::set_device_macs(tx, id, list);
    audit(tx, context, actor, "devices_changed", "subscription", id.value,
          audit_fields({{"devices", list.value_or("")}}));
    return Done{};
}

} // namespace mnara::usecases
