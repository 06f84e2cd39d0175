#include "domain/payment.hpp"

#include <algorithm>
#include <array>

namespace mnara::domain {

namespace {

constexpr std::array<std::string_view, 5> kStates{"requested", "prompted", "succeeded", "failed",
                                                  "unknown"};
constexpr std::array<std::string_view, 3> kSources{"callback", "query", "c2b"};

struct CodedResult
{
    std::string_view code;
    MpesaResult result;
};

using V = MpesaResult::Verdict;

constexpr bool kMayRetry = true;
constexpr bool kOurs = true; // a mistake in our own configuration

constexpr std::string_view kUnsetEn =
    "The payment service refused our request. The provider has been told.";
constexpr std::string_view kUnsetSw =
    "Huduma ya malipo imekataa ombi letu. Mtoa huduma amejulishwa.";

constexpr std::array kResults{
    CodedResult{"0", {V::Paid, false, false, "Paid.", "Imelipwa."}},
    CodedResult{"1",
                {V::Failed, kMayRetry, false, "There is not enough money on the M-Pesa account.",
                 "Hakuna pesa za kutosha kwenye M-Pesa."}},
    CodedResult{"2", {V::Failed, false, kOurs, "The amount is too small.", "Kiasi ni kidogo mno."}},
    CodedResult{"3",
                {V::Failed, false, false, "The amount is above M-Pesa's limit for one payment.",
                 "Kiasi kinazidi kikomo cha M-Pesa kwa malipo moja."}},
    CodedResult{"4",
                {V::Failed, false, false, "The payment would pass M-Pesa's daily limit.",
                 "Malipo yanazidi kikomo cha M-Pesa cha siku."}},
    CodedResult{"8",
                {V::Failed, false, kOurs,
                 "The provider's M-Pesa account cannot take more money now.",
                 "Akaunti ya M-Pesa ya mtoa huduma haiwezi kupokea zaidi sasa."}},
    CodedResult{"17",
                {V::Failed, kMayRetry, false,
                 "The same amount was paid a moment ago. Wait two minutes and try again.",
                 "Kiasi hicho kimelipwa sasa hivi. Subiri dakika mbili ujaribu tena."}},
    CodedResult{
        "1001",
        {V::Failed, kMayRetry, false,
         "Another M-Pesa request is open on this phone. Close it and try again in a minute.",
         "Kuna ombi lingine la M-Pesa kwenye simu hii. Lifunge ujaribu tena baada ya dakika "
         "moja."}},
    CodedResult{"1019",
                {V::Failed, kMayRetry, false, "The request took too long. Please try again.",
                 "Ombi limechukua muda mrefu. Tafadhali jaribu tena."}},
    CodedResult{"1025",
                {V::Failed, kMayRetry, false,
                 "The request could not be shown on the phone. Please try again.",
                 "Ombi halikuweza kuonekana kwenye simu. Tafadhali jaribu tena."}},
    CodedResult{"1032",
                {V::Failed, kMayRetry, false, "The payment was cancelled on the phone.",
                 "Malipo yameghairiwa kwenye simu."}},
    CodedResult{"1037",
                {V::Failed, kMayRetry, false, "The phone did not answer. Is it on, and near?",
                 "Simu haikujibu. Je, imewashwa na iko karibu?"}},
    CodedResult{
        "2001",
        {V::Failed, kMayRetry, false, "The M-Pesa PIN was wrong.", "PIN ya M-Pesa si sahihi."}},
    CodedResult{"2006", {V::Failed, false, kOurs, kUnsetEn, kUnsetSw}},
    CodedResult{"2028", {V::Failed, false, kOurs, kUnsetEn, kUnsetSw}},
    CodedResult{"4999", {V::Pending, false, false, "Waiting for the PIN.", "Tunasubiri PIN."}},
    CodedResult{"8006",
                {V::Failed, false, false, "The M-Pesa PIN is locked. Call Safaricom to unlock it.",
                 "PIN ya M-Pesa imefungwa. Piga simu Safaricom ifunguliwe."}},
    CodedResult{"9999",
                {V::Failed, kMayRetry, false,
                 "The request could not be shown on the phone. Please try again.",
                 "Ombi halikuweza kuonekana kwenye simu. Tafadhali jaribu tena."}},
    CodedResult{"SFC_IC0003", {V::Failed, false, kOurs, kUnsetEn, kUnsetSw}},
};

} // namespace

std::string_view to_text(AttemptState state)
{
    return kStates[static_cast<std::size_t>(state)];
}

std::optional<AttemptState> attempt_state(std::string_view text)
{
    const auto* found = std::find(kStates.begin(), kStates.end(), text);
    if (found == kStates.end())
        return std::nullopt;
    return static_cast<AttemptState>(found - kStates.begin());
}

std::string_view to_text(PaymentSource source)
{
    return kSources[static_cast<std::size_t>(source)];
}

MpesaResult mpesa_result(std::string_view result_code)
{
    for (const CodedResult& known : kResults)
        if (known.code == result_code)
            return known.result;
    return {
        V::Unknown, false, false,
        "It is not known yet whether the payment went through. Do not pay again. We are checking.",
        "Bado haijulikani kama malipo yamepita. Usilipe tena. Tunaangalia."};
}

MpesaResult failed_attempt_result(std::string_view result_code)
{
    const MpesaResult known = mpesa_result(result_code);
    if (known.verdict == V::Failed)
        return known;
    return {V::Failed, kMayRetry, false,
            "The phone could not be asked. Nothing was paid. Try again.",
            "Simu haikuweza kuulizwa. Hakuna kilicholipwa. Jaribu tena."};
}

} // namespace mnara::domain
